import { Controller, Get, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { readProvider } from '../playback/player-address.js';
import { loginOf, PlayerKeys } from '../playback/player-keys.js';
import { Produces } from '../security/accept.guard.js';
import { Public } from '../security/requires-scope.js';
import { PlaylistWriter } from './playlist-writer.js';

const MEDIA_TYPE = 'audio/x-mpegurl';

/** For players that know playlists only. */
@ApiTags('players')
@Public('The key stands in the query: players send no header.')
@Controller('playlist')
export class PlaylistController {
  constructor(
    private readonly keys: PlayerKeys,
    private readonly playlists: PlaylistWriter,
  ) {}

  @Get(':file')
  @Produces(MEDIA_TYPE)
  @ApiOperation({
    operationId: 'getPlaylist',
    summary: 'The served snapshot as an M3U playlist',
    description:
      'Channels and movies, in the groups of the provider. The address of an entry leads to the provider only when it is played, and only with a key that has the scope `playback`; to list, `read` will do. Players of the Xtream kind find the same at /xtream/{id}.',
  })
  @ApiParam({ name: 'file', description: "A provider's id and `.m3u`.", example: 'p01k3v9.m3u' })
  @ApiQuery({ name: 'username', description: 'The id of an API key.' })
  @ApiQuery({ name: 'password', description: 'Its secret: what follows the id in the key.' })
  @ApiQuery({ name: 'kind', required: false, enum: ['channel', 'movie'] })
  @ApiQuery({
    name: 'series',
    required: false,
    description: 'The id of a series: its episodes are listed, and nothing else.',
    example: 'series:4711',
  })
  @ApiOkResponse({ content: { [MEDIA_TYPE]: { schema: { type: 'string' } } } })
  @ApiProblems({
    401: 'User name and password are no good key.',
    404: 'There is no such provider, no snapshot of it yet, or no such series.',
    502: 'The provider does not tell the episodes of the series.',
  })
  async playlist(
    @Param('file') file: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    await this.keys.toList(request, loginOf(query));
    return this.playlists.answer(request, reply, readProvider(/^(.*)\.m3u8?$/.exec(file)?.[1]), query);
  }
}
