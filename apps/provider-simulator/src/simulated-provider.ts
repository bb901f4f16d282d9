import { RateLimiter } from './access/rate-limiter.js';
import type { CatalogueConfig } from './catalogue/catalogue-config.js';
import { Catalogue } from './catalogue/catalogue.js';
import { FaultBook } from './faults/fault-book.js';
import { Ledger } from './ledger/ledger.js';
import { M3uHost } from './m3u/m3u-host.js';
import { QuirkBook } from './quirks/quirk-book.js';
import type { ProtocolCall, ProviderProtocol } from './server/protocol-call.js';
import type { ProviderRequest } from './server/provider-request.js';
import { StalkerPortal } from './stalker/stalker-portal.js';
import { XtreamPanel } from './xtream/xtream-panel.js';

/** One catalogue with everything it is served by: the three protocols, its quirks and faults, its ledger. */
export class SimulatedProvider {
  readonly catalogue: Catalogue;
  readonly faults: FaultBook;
  readonly quirks: QuirkBook;
  readonly limiter: RateLimiter;
  readonly ledger = new Ledger();
  readonly #protocols: ProviderProtocol[];

  constructor(config: CatalogueConfig) {
    this.catalogue = new Catalogue(config);
    this.faults = new FaultBook(config.seed);
    this.quirks = new QuirkBook(({ listed }, before) => {
      if (listed !== before.listed) this.catalogue.list(listed?.percent ?? 100, listed?.kinds);
    });
    this.limiter = new RateLimiter(this.quirks);
    this.#protocols = [
      new XtreamPanel(this.catalogue, this.quirks),
      new StalkerPortal(this.catalogue, this.quirks),
      new M3uHost(this.catalogue, this.quirks),
    ];
  }

  /** The call that a request makes on one of the protocols; undefined when it is none of theirs. */
  read(request: ProviderRequest): ProtocolCall | undefined {
    for (const protocol of this.#protocols) {
      const call = protocol.read(request);
      if (call !== undefined) return call;
    }
    return undefined;
  }
}
