import type { CatalogueConfig } from './catalogue/catalogue-config.js';
import { Catalogue } from './catalogue/catalogue.js';
import { FaultBook } from './faults/fault-book.js';
import { Ledger } from './ledger/ledger.js';
import { M3uHost } from './m3u/m3u-host.js';
import type { ProtocolCall, ProviderProtocol } from './server/protocol-call.js';
import type { ProviderRequest } from './server/provider-request.js';
import { StalkerPortal } from './stalker/stalker-portal.js';
import { XtreamPanel } from './xtream/xtream-panel.js';

/** One catalogue with everything it is served by: the three protocols, its faults, its ledger. */
export class SimulatedProvider {
  readonly catalogue: Catalogue;
  readonly faults: FaultBook;
  readonly ledger = new Ledger();
  readonly #protocols: ProviderProtocol[];

  constructor(config: CatalogueConfig) {
    this.catalogue = new Catalogue(config);
    this.faults = new FaultBook(config.seed);
    this.#protocols = [
      new XtreamPanel(this.catalogue),
      new StalkerPortal(this.catalogue),
      new M3uHost(this.catalogue),
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
