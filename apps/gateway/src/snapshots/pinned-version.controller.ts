import { Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { REQUEST } from '@catalogue-sync/contracts';
import { ProviderParams, SnapshotVersionDto, SnapshotVersionParams } from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';
import { KeptVersions } from './kept-versions.js';
import { ServedVersions } from './served-versions.js';

/** Lets an operator have an older version served, when the newest one is wrong. */
@ApiTags('snapshots')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider, or no such version.',
  503: 'A service does not answer: see Retry-After.',
})
@RequiresScope('operate')
@Controller('api/providers/:id/snapshots')
export class PinnedVersionController {
  constructor(
    private readonly services: RequestClient,
    private readonly versions: KeptVersions,
    private readonly served: ServedVersions,
  ) {}

  @Post(':version/restore')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'restoreSnapshot',
    summary: 'Serve an older version',
    description:
      'The version is pinned: it is served in the place of newer ones, and kept, until the pin is lifted. Events and syncs go on, and new versions are sealed and can be asked for by their number. Clients see `pinned`, another ETag, and no `asOfSeq`.',
  })
  @ApiOkResponse({ type: SnapshotVersionDto })
  async restore(@Param() { id, version }: SnapshotVersionParams): Promise<SnapshotVersionDto> {
    await this.versions.get(id, version);
    await this.services.send(REQUEST.restoreSnapshot, { providerId: id, version });
    await this.served.pinChanged();
    return (await this.versions.get(id, version)).view();
  }

  @Delete('pin')
  @ApiOperation({
    operationId: 'liftSnapshotPin',
    summary: 'Serve the newest version again',
    description: 'Answers with that version, also when none was pinned.',
  })
  @ApiOkResponse({ type: SnapshotVersionDto })
  async lift(@Param() { id }: ProviderParams): Promise<SnapshotVersionDto> {
    await this.versions.get(id);
    await this.services.send(REQUEST.liftSnapshotPin, { providerId: id });
    await this.served.pinChanged();
    return (await this.versions.get(id)).view();
  }
}
