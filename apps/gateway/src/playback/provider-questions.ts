import { Injectable } from '@nestjs/common';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  type AskedItem,
  type CatalogueItem,
  type EpisodeList,
  type ProviderId,
} from '@catalogue-sync/contracts';
import { RequestClient } from '@catalogue-sync/messaging';

/** The fetcher gives a provider 20 s. */
const TIMEOUT_MS = 25_000;

/** What only the provider can tell at this moment, asked through the fetcher. */
@Injectable()
export class ProviderQuestions {
  constructor(private readonly services: RequestClient) {}

  episodes(providerId: ProviderId, item: CatalogueItem): Promise<EpisodeList> {
    return this.services.send(
      REQUEST.getEpisodes,
      { providerId, item: asked(item) },
      { timeoutMs: TIMEOUT_MS },
    );
  }

  /** The item with all that the provider tells of it. The list's own facts will do where the provider gives no answer. */
  async movieDetails(providerId: ProviderId, item: CatalogueItem): Promise<CatalogueItem> {
    try {
      const { details } = await this.services.send(
        REQUEST.getMovieDetails,
        { providerId, item: asked(item) },
        { timeoutMs: TIMEOUT_MS },
      );
      return { ...details, ...item };
    } catch (error) {
      if (!(error instanceof CatalogueSyncError) || error.code === ERROR_CODE.providerNotFound) throw error;
      return item;
    }
  }

  /** An address that may hold the provider's secrets: for the player's eyes only. */
  async streamUrl(
    providerId: ProviderId,
    item: CatalogueItem,
    more: { episodeId?: string; extension?: string },
  ): Promise<string> {
    const { url } = await this.services.send(
      REQUEST.resolveStream,
      { providerId, item: asked(item), ...more },
      { timeoutMs: TIMEOUT_MS },
    );
    return url;
  }
}

function asked(item: CatalogueItem): AskedItem {
  const { id, kind, externalId, name, categoryIds, playCommand, container, episodeCount } = item;
  return {
    id,
    kind,
    externalId,
    name,
    categoryIds,
    ...(playCommand === undefined ? {} : { playCommand }),
    ...(container === undefined ? {} : { container }),
    ...(episodeCount === undefined ? {} : { episodeCount }),
  };
}
