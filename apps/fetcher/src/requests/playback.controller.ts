import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { REQUEST } from '@catalogue-sync/contracts';
import type { RequestMap } from '@catalogue-sync/contracts';
import { EpisodeQueries } from '../episodes/episode-queries.js';
import { StreamQueries } from '../playback/stream-queries.js';
import { readProviderId } from '../provider/provider-input.js';
import { readAskedItem, readEpisodeId, readExtension } from './read-asked-item.js';

type Request<P extends keyof RequestMap> = RequestMap[P][0];
type Reply<P extends keyof RequestMap> = Promise<RequestMap[P][1]>;

/** Requests that a provider is asked for at once, because a viewer waits. */
@Controller()
export class PlaybackController {
  constructor(
    @Inject(EpisodeQueries) private readonly episodes: EpisodeQueries,
    @Inject(StreamQueries) private readonly streams: StreamQueries,
  ) {}

  @MessagePattern(REQUEST.getEpisodes, Transport.NATS)
  async list(@Payload() request: Request<typeof REQUEST.getEpisodes>): Reply<typeof REQUEST.getEpisodes> {
    return this.episodes.list(readProviderId(request), readAskedItem(request.item));
  }

  @MessagePattern(REQUEST.getMovieDetails, Transport.NATS)
  async movie(
    @Payload() request: Request<typeof REQUEST.getMovieDetails>,
  ): Reply<typeof REQUEST.getMovieDetails> {
    return this.episodes.movie(readProviderId(request), readAskedItem(request.item));
  }

  @MessagePattern(REQUEST.resolveStream, Transport.NATS)
  async resolve(
    @Payload() request: Request<typeof REQUEST.resolveStream>,
  ): Reply<typeof REQUEST.resolveStream> {
    const episodeId = readEpisodeId(request.episodeId);
    const extension = readExtension(request.extension);
    return this.streams.resolve(readProviderId(request), {
      item: readAskedItem(request.item),
      ...(episodeId === undefined ? {} : { episodeId }),
      ...(extension === undefined ? {} : { extension }),
    });
  }
}
