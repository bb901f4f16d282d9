import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * Whether an address is one of the open Internet: not of this machine, a private network, a link, a test range or a group, in whatever clothes
 * it comes (IPv4 inside IPv6 by RFC 4291, 6to4 or NAT64). A text that is no address is not.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && isPublic(ipaddr.parse(address));
}

function isPublic(address: Address): boolean {
  const range = address.range();
  if (address instanceof ipaddr.IPv4) return range === 'unicast';
  const bytes = address.toByteArray();
  switch (range) {
    case 'unicast':
      // What IANA gives out; the rest of the space is for nobody yet.
      return ((bytes[0] ?? 0) & 0xe0) === 0x20;
    case 'ipv4Mapped':
      return isPublic(new ipaddr.IPv4(bytes.slice(12)));
    case 'rfc6052':
      // Networks may embed addresses elsewhere below their own prefix; only the well-known one has them at the end.
      return bytes.slice(4, 12).every((byte) => byte === 0) && isPublic(new ipaddr.IPv4(bytes.slice(12)));
    case '6to4':
      return isPublic(new ipaddr.IPv4(bytes.slice(2, 6)));
    default:
      return false;
  }
}

/** Hosts and networks that may be asked although they are not on the open Internet: an operator's own portal, the demo. */
export class AllowedPrivateHosts {
  private constructor(
    private readonly names: ReadonlySet<string>,
    private readonly networks: readonly [Address, number][],
  ) {}

  /**
   * Reads host names, addresses and networks (`10.1.0.0/16`), parted by commas; nothing allows nothing.
   *
   * @throws TypeError that names the entry which is none of them
   */
  static parse(list = ''): AllowedPrivateHosts {
    const names = new Set<string>();
    const networks: [Address, number][] = [];
    for (const entry of list.split(',').map((text) => text.trim().toLowerCase())) {
      if (entry === '') continue;
      if (ipaddr.isValidCIDR(entry)) networks.push(ipaddr.parseCIDR(entry));
      else if (ipaddr.isValid(entry)) networks.push(asNetwork(ipaddr.process(entry)));
      // A name that ends in a number is no name to URLs, so it could never match.
      else if (HOST_NAME.test(entry) && !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(entry)) names.add(entry);
      else throw new TypeError(`"${entry}" is no host name, address or network`);
    }
    return new AllowedPrivateHosts(names, networks);
  }

  /** Whether `address`, to which the name `host` led, may be connected to. */
  permits(host: string, address: string): boolean {
    if (isPublicAddress(address) || this.names.has(host.toLowerCase().replace(/\.$/, ''))) return true;
    if (!ipaddr.isValid(address)) return false;
    const given = ipaddr.process(address);
    return this.networks.some(
      ([network, bits]) => network.kind() === given.kind() && given.match(network, bits),
    );
  }
}

function asNetwork(address: Address): [Address, number] {
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
