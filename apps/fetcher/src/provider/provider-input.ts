import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import {
  CatalogueSyncError,
  DEFAULT_PROVIDER_SETTINGS,
  ERROR_CODE,
  isProviderId,
  type Protocol,
  type ProviderConnection,
  type ProviderId,
  type ProviderSettings,
} from '@catalogue-sync/contracts';
import { CreateProviderBody, TestConnectionBody, UpdateProviderBody } from '@catalogue-sync/contracts/rest';
import { providerNotFound } from './provider.store.js';

export interface NewProvider {
  name: string;
  connection: ProviderConnection;
  settings: ProviderSettings;
}

export interface ProviderChange {
  name?: string;
  connection?: ProviderConnection;
  settings?: Partial<ProviderSettings>;
  sameCatalogue?: boolean;
}

/** Reads a creation request. Throws `invalid-request` that names the field and says what to write there. */
export function readNewProvider(request: unknown): NewProvider {
  const body = read(CreateProviderBody, request);
  const connection = plain<ProviderConnection>(body.connection);
  return {
    name: body.name,
    connection,
    settings: settingsFor(connection.protocol, plain<Partial<ProviderSettings>>(body.settings ?? {})),
  };
}

/** Reads a change request, `providerId` aside. */
export function readProviderChange(request: unknown): ProviderChange {
  const { providerId: _, ...fields } = asObject(request);
  return plain<ProviderChange>(read(UpdateProviderBody, fields));
}

/** Reads the connection of a test request. */
export function readConnection(connection: unknown): ProviderConnection {
  return plain<ProviderConnection>(read(TestConnectionBody, { connection }).connection);
}

/** Reads a provider's id. What does not look like one cannot be one: `provider-not-found`. */
export function readProviderId(request: unknown): ProviderId {
  const { providerId } = asObject(request);
  if (!isProviderId(providerId)) throw providerNotFound(String(providerId));
  return providerId;
}

function settingsFor(protocol: Protocol, given: Partial<ProviderSettings>): ProviderSettings {
  return { ...DEFAULT_PROVIDER_SETTINGS[protocol], ...given };
}

function read<T extends object>(body: new () => T, request: unknown): T {
  const instance = plainToInstance(body, asObject(request));
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    // An error that carried the values could carry a password.
    validationError: { target: false, value: false },
  });
  const [first] = errors.flatMap((error) => problems(error, ''));
  if (first) throw new CatalogueSyncError(ERROR_CODE.invalidRequest, first.message, { field: first.field });
  return instance;
}

function problems(error: ValidationError, parent: string): { field: string; message: string }[] {
  const field = parent + error.property;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    field,
    message: `${field}: ${message}`,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => problems(child, `${field}.`))];
}

function asObject(request: unknown): Record<string, unknown> {
  if (typeof request === 'object' && request !== null && !Array.isArray(request)) {
    return request as Record<string, unknown>;
  }
  throw new CatalogueSyncError(ERROR_CODE.invalidRequest, 'Send a JSON object.');
}

/** A validated instance as plain data, without absent fields. */
function plain<T>(instance: object): T {
  return JSON.parse(JSON.stringify(instance)) as T;
}
