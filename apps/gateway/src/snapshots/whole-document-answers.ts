import type { StreamableFile } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReadOnlyDatabase } from '../database/read-only-database.js';
import {
  answerGzip,
  answerHead,
  answerUnchanged,
  codingOf,
  FINAL,
  REVALIDATED,
  type Representation,
} from './document-answer.js';
import type { DocumentCache } from './document-cache.js';
import type { KeptVersions } from './kept-versions.js';
import type { SnapshotVersion } from './snapshot-version.js';
import { WholeDocument } from './whole-document.js';

/** Answers with the whole catalogue at one version. */
export class WholeDocumentAnswers {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly versions: KeptVersions,
    private readonly documents: DocumentCache,
  ) {}

  /**
   * Sets the headers, and gives the body; undefined when there is none, because the client has it already. Throws `provider-not-found`,
   * `snapshot-not-found`, and `not-acceptable` when the client takes neither gzip nor identity.
   */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    provider: ProviderId,
    version?: number,
  ): Promise<StreamableFile | undefined> {
    const coding = codingOf(request);
    const found = await this.versions.get(provider, version);
    if (answerUnchanged(request, reply, representationOf(found, version), coding)) return undefined;
    if (request.method === 'HEAD')
      return answerHead(reply, representationOf(found, version), coding, found.bytes(coding));
    const { document, gzip } = await this.documents.open(new WholeDocument(this.database, found));
    const read = document.version;
    return answerGzip(reply, representationOf(read, version), coding, gzip, read.bytes(coding));
  }
}

/** The heads of the current version and of a pinned one move; that of another that is asked for by its number does not. */
function representationOf(version: SnapshotVersion, asked: number | undefined): Representation {
  const isFinal = asked !== undefined && !version.current && !version.pinned;
  return { tag: version.key, cacheControl: isFinal ? FINAL : REVALIDATED, pinned: version.pinned };
}
