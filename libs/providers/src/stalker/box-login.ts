import {
  CatalogueSyncError,
  ERROR_CODE,
  type ConnectionReport,
  type StalkerConnection,
} from '@catalogue-sync/contracts';
import { readTimestamp, toInteger, toText } from '@catalogue-sync/catalogue';

/** Parameters of a call, `type` and `action` included. */
export type CallParams = Record<string, string | number>;

/** Makes one call with a token, or without one for "". */
export type CallWithToken = <T>(params: CallParams, token: string, read: (js: unknown) => T) => Promise<T>;

export type StalkerAccount = NonNullable<ConnectionReport['account']>;

type Profile = Record<string, unknown>;

/** What a MAG 250 says of itself; portals refuse players older than 0x566. */
const BOX = {
  hd: 1,
  ver: 'ImageDescription: 0.2.18-r23-250; ImageDate: Wed Aug 29 10:49:53 EEST 2018; PORTAL version: 5.6.1; API Version: JS API version: 343; STB API version: 146; Player Engine version: 0x58c',
  num_banks: 2,
  stb_type: 'MAG250',
  client_type: 'STB',
  image_version: 218,
  video_out: 'hdmi',
  hw_version: '1.7-BD-00',
  api_signature: 262,
};
const FAR_FUTURE_MS = 100 * 366 * 86_400_000;

/**
 * Handshake and profile, and the login step where the portal asks for one (PROVIDERS A.4). On a genuine portal only the profile makes the
 * token valid.
 *
 * @throws CatalogueSyncError when the portal does not let the box in
 */
export async function logInBox(
  call: CallWithToken,
  connection: StalkerConnection,
): Promise<{ token: string; account: StalkerAccount | undefined }> {
  let token = await handshake(call);
  let profile = await readProfile(call, connection, token, false);
  if (toInteger(profile['status']) === 1) {
    // A panel says "blocked" also to a token that was stolen since the handshake, so that is believed the second time only.
    token = await handshake(call);
    profile = await readProfile(call, connection, token, false);
  }
  if (toInteger(profile['status']) === 2) {
    await doAuth(call, connection, token);
    profile = await readProfile(call, connection, token, true);
  }
  checkProfile(profile);
  return { token, account: accountOf(profile) };
}

async function handshake(call: CallWithToken): Promise<string> {
  const params = { type: 'stb', action: 'handshake', token: '' };
  const token = await call(params, '', (js) => toText((js as { token?: unknown } | null)?.token));
  if (token !== undefined) return token;
  throw new CatalogueSyncError(
    ERROR_CODE.providerAuthFailed,
    'The portal does not know this MAC address. Check it with the provider.',
  );
}

function readProfile(
  call: CallWithToken,
  connection: StalkerConnection,
  token: string,
  secondStep: boolean,
): Promise<Profile> {
  const params: CallParams = {
    type: 'stb',
    action: 'get_profile',
    ...BOX,
    sn: connection.serialNumber ?? '',
    // The portal keeps the first ids that it sees, and refuses any others later: none are made up here.
    device_id: connection.deviceId ?? '',
    device_id2: connection.deviceId2 ?? '',
    signature: '',
    auth_second_step: secondStep ? 1 : 0,
    not_valid_token: 0,
    timestamp: Math.floor(Date.now() / 1000),
  };
  return call(params, token, (js) => (typeof js === 'object' && js !== null ? (js as Profile) : {}));
}

async function doAuth(call: CallWithToken, connection: StalkerConnection, token: string): Promise<void> {
  const { login, password, deviceId, deviceId2 } = connection;
  if (login === undefined || login === '') {
    throw new CatalogueSyncError(
      ERROR_CODE.providerAuthFailed,
      'The portal asks for a login beside the MAC address. Add login and password to this provider.',
    );
  }
  const params: CallParams = {
    type: 'stb',
    action: 'do_auth',
    login,
    password: password ?? '',
    device_id: deviceId ?? '',
    device_id2: deviceId2 ?? '',
  };
  const accepted = await call(params, token, (js) => js === true || js === 1 || js === 'true');
  if (accepted) return;
  throw new CatalogueSyncError(
    ERROR_CODE.providerAuthFailed,
    'The portal rejects login or password. Check both.',
  );
}

function checkProfile(profile: Profile): void {
  const status = toInteger(profile['status']) ?? 0;
  if (status === 0) return;
  throw new CatalogueSyncError(
    status === 2 ? ERROR_CODE.providerAuthFailed : ERROR_CODE.providerRefused,
    status === 2
      ? 'The portal still asks for a login. Check login and password.'
      : 'The portal blocks this MAC address, or the box behind it: the account, the MAC format or the device ids. Ask the provider.',
  );
}

function accountOf(profile: Profile): StalkerAccount | undefined {
  const expires = readTimestamp(profile['expire_billing_date'], Date.now() + FAR_FUTURE_MS)?.iso;
  const max = toInteger(profile['max_online']);
  if (expires === undefined && max === undefined) return undefined;
  return {
    ...(expires === undefined ? {} : { expiresAt: expires }),
    ...(max === undefined ? {} : { maxConnections: max }),
  };
}
