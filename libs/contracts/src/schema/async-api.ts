import { ITEM_KINDS } from '../item.js';
import { STREAM } from '../streams.js';
import { referencesOf, resolved, type Schema } from './json-schema.js';
import { LOG_ADDRESS, messageContracts, type MessageContract } from './message-contract.js';

const SCHEMAS = '#/components/schemas/';
const PROVIDER_PARAMETER = { description: 'The id that the API gave the provider.' };
const KIND_PARAMETER = { description: 'Kind of the item.', enum: [...ITEM_KINDS] };

const channelName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The AsyncAPI 3 document: what catalogue-sync sends, where, and in which shape. */
export function asyncApiDocument(version: string): Record<string, unknown> {
  const contracts = messageContracts();
  const sequenced = contracts.filter((contract) => contract.sequenced);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'catalogue-sync',
      version,
      description:
        'Events and facts on NATS JetStream: CloudEvents in binary mode, attributes as headers, JSON bodies. ' +
        'The events of a provider are numbered 1, 2, 3 … without a gap. Load a snapshot, which names `asOfSeq`, and tail the whole log of ' +
        'the provider from `asOfSeq + 1`: with a narrower filter a gap cannot be told. Store the position in the transaction of its effect.',
    },
    defaultContentType: 'application/json',
    servers: { nats: { host: '127.0.0.1:4222', protocol: 'nats', description: 'NATS with JetStream.' } },
    channels: {
      eventLog: {
        title: 'The whole log of a provider',
        address: LOG_ADDRESS,
        description: `Stream ${STREAM.events}. All sequenced events, in order.`,
        parameters: { providerId: PROVIDER_PARAMETER },
        messages: Object.fromEntries(sequenced.map(messageLink)),
      },
      ...Object.fromEntries(contracts.map((contract) => [channelName(contract.name), channelOf(contract)])),
    },
    operations: {
      followLog: {
        action: 'send',
        summary: 'What a follower of a provider is sent.',
        channel: { $ref: '#/channels/eventLog' },
        messages: sequenced.map(({ name }) => ({ $ref: `#/channels/eventLog/messages/${name}` })),
      },
      ...Object.fromEntries(contracts.map((contract) => [`send${contract.name}`, operationOf(contract)])),
    },
    components: {
      messages: Object.fromEntries(contracts.map((contract) => [contract.name, messageOf(contract)])),
      schemas: schemasOf(contracts),
    },
  };
}

function channelOf({ name, address, sequenced }: MessageContract): Record<string, unknown> {
  return {
    title: name,
    address,
    description: `Stream ${sequenced ? STREAM.events : STREAM.facts}.`,
    parameters: {
      providerId: PROVIDER_PARAMETER,
      ...(address.includes('{kind}') ? { kind: KIND_PARAMETER } : {}),
    },
    messages: Object.fromEntries([messageLink({ name })]),
  };
}

const messageLink = ({ name }: { name: string }): [string, Record<string, string>] => [
  name,
  { $ref: `#/components/messages/${name}` },
];

function operationOf({ name }: MessageContract): Record<string, unknown> {
  const channel = `#/channels/${channelName(name)}`;
  return { action: 'send', channel: { $ref: channel }, messages: [{ $ref: `${channel}/messages/${name}` }] };
}

function messageOf({ name, type, headers, body }: MessageContract): Record<string, unknown> {
  return {
    name: type,
    title: name,
    contentType: 'application/json',
    headers,
    payload: resolved(body, SCHEMAS),
  };
}

function schemasOf(contracts: readonly MessageContract[]): Record<string, Schema> {
  const schemas: Record<string, Schema> = {};
  for (const { body } of contracts)
    for (const { name, schema } of referencesOf(body).values()) schemas[name] = resolved(schema, SCHEMAS);
  return schemas;
}
