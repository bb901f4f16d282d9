import { describe, expect, it } from '@jest/globals';
import { AllowedPrivateHosts, isPublicAddress } from './allowed-private-hosts.js';

describe('isPublicAddress', () => {
  it.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.0.1'],
    ['link, with the metadata of clouds', '169.254.169.254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['protocol assignments', '192.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarks', '198.18.0.1'],
    ['6to4 relays', '192.88.99.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1'],
    ['IPv4 in IPv6', '::ffff:a00:1'],
    ['IPv4 in IPv6, the old form', '::127.0.0.1'],
    ['NAT64', '64:ff9b::10.0.0.1'],
    ['NAT64 of a network', '64:ff9b:1::8.8.8.8'],
    ['6to4', '2002:7f00:1::1'],
    ['Teredo', '2001:0:4136:e378::1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fd12:3456:789a::1'],
    ['link', 'fe80::1'],
    ['link with its zone', 'fe80::1%eth0'],
    ['site', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['discard', '100::1'],
    ['given to nobody', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('is false for %s: %s', (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
  ])('is true for %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://[::ffff:7f00:1]/',
    'http://①②⑦.0.0.1/',
    'http://0/',
    'http://017700000001/',
    'http://%31%32%37.0.0.1/',
  ])('is false for what a URL makes of %s', (url) => {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    expect(host).toMatch(/^[0-9a-f.:]+$/);
    expect(isPublicAddress(host.replace(/\.$/, ''))).toBe(false);
  });
});

describe('AllowedPrivateHosts', () => {
  it('permits the open Internet, and of the rest what is listed', () => {
    const allowed = AllowedPrivateHosts.parse('portal.lan, 10.1.0.0/16,192.168.7.9 , fd00::/8,');
    expect(allowed.permits('any.example', '8.8.8.8')).toBe(true);
    expect(allowed.permits('PORTAL.lan.', '192.168.1.1')).toBe(true);
    expect(allowed.permits('other.lan', '192.168.1.1')).toBe(false);
    expect(allowed.permits('x', '10.1.255.1')).toBe(true);
    expect(allowed.permits('x', '::ffff:10.1.255.1')).toBe(true);
    expect(allowed.permits('x', '10.2.0.1')).toBe(false);
    expect(allowed.permits('x', '192.168.7.9')).toBe(true);
    expect(allowed.permits('x', '192.168.7.10')).toBe(false);
    expect(allowed.permits('x', 'fd12::1')).toBe(true);
    expect(allowed.permits('x', '::1')).toBe(false);
  });

  it('permits nothing private without a list', () => {
    expect(AllowedPrivateHosts.parse().permits('localhost', '127.0.0.1')).toBe(false);
  });

  it.each(['10.0.0.0/33', 'http://portal', 'a b', '*.lan', 'portal..lan', '1.2.3.4.5'])(
    'refuses %s',
    (entry) => {
      expect(() => AllowedPrivateHosts.parse(`localhost,${entry}`)).toThrow(entry);
    },
  );
});
