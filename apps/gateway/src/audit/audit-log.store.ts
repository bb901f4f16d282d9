import { Injectable } from '@nestjs/common';
import type { AuditEntryDto } from '@catalogue-sync/contracts/rest';
import type { Caller } from '../access/caller.js';
import { OwnDatabase } from '../database/own-database.js';

/** A change that is asked for. */
export interface AskedChange {
  caller: Caller;
  address: string;
  action: string;
  providerId?: string | undefined;
  subject: Record<string, string>;
  fields: Record<string, unknown>;
}

/** How it ended. */
export interface ChangeOutcome {
  status: number;
  code?: string | undefined;
  /** Of a provider that it made. */
  providerId?: string | undefined;
  subject: Record<string, string>;
}

interface Row extends Omit<AuditEntryDto, 'actor' | 'outcome' | 'providerId'> {
  actorKind: string;
  actorId: string;
  actorName: string;
  keyId: string;
  providerId: AuditEntryDto['providerId'] | null;
  status: number | null;
  code: string | null;
}

/** The log of changes. It only grows: the database refuses anything else. */
@Injectable()
export class AuditLogStore {
  constructor(private readonly database: OwnDatabase) {}

  /** Gives the entry's id. Throws `service-unavailable` when it cannot be written: then nothing may be changed. */
  async begin({ caller, address, action, providerId, subject, fields }: AskedChange): Promise<string> {
    const [entry] = await this.database.query<{ id: string }>(
      `insert into audit_entry (actor_kind, actor_id, actor_name, key_id, address, action, provider_id, subject, fields)
       values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb) returning id::text`,
      [
        caller.kind,
        caller.id,
        caller.name,
        caller.keyId,
        address,
        action,
        providerId ?? null,
        jsonText(subject),
        jsonText(fields),
      ],
    );
    return entry?.id ?? '';
  }

  async end(entryId: string, { status, code, providerId, subject }: ChangeOutcome): Promise<void> {
    await this.database.query(
      `insert into audit_outcome (entry_id, status, code, provider_id, subject)
       values ($1, $2, $3, $4, $5::jsonb)`,
      [entryId, status, code ?? null, providerId ?? null, jsonText(subject)],
    );
  }

  /** Newest first, from below the entry `before` on. */
  async list(
    limit: number,
    filter: { before?: string | undefined; provider?: string | undefined; actor?: string | undefined },
  ): Promise<AuditEntryDto[]> {
    const rows = await this.database.query<Row>(
      `select e.id::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
              e.actor_kind as "actorKind", e.actor_id as "actorId", e.actor_name as "actorName", e.key_id as "keyId",
              e.address, e.action, coalesce(e.provider_id, o.provider_id) as "providerId",
              e.subject || coalesce(o.subject, '{}') as subject, e.fields, o.status, o.code
         from audit_entry e left join audit_outcome o on o.entry_id = e.id
        where ($2::bigint is null or e.id < $2::bigint)
          and ($3::text is null or e.provider_id = $3 or o.provider_id = $3)
          and ($4::text is null or e.key_id = $4 or e.actor_id = $4)
        order by e.id desc limit $1`,
      [limit, filter.before ?? null, filter.provider ?? null, filter.actor ?? null],
    );
    return rows.map(toDto);
  }
}

/** What jsonb does not take: zero characters and halves of surrogate pairs, as JSON escapes them. */
const NOT_FOR_JSONB = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(NOT_FOR_JSONB, String.raw`$1\ufffd`);
}

function toDto({
  actorKind,
  actorId,
  actorName,
  keyId,
  providerId,
  status,
  code,
  ...rest
}: Row): AuditEntryDto {
  return {
    ...rest,
    actor: { kind: actorKind, id: actorId, name: actorName, keyId },
    ...(providerId == null ? {} : { providerId }),
    ...(status === null ? {} : { outcome: { status, ...(code === null ? {} : { code }) } }),
  };
}
