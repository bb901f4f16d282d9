import type { FastifyRequest } from 'fastify';
import type { PlayerLogin } from '../playback/player-keys.js';
import { originOfRequest } from '../playback/player-address.js';

/** What a panel says of an account and of itself: the key as the account, and no end or bound that it does not have. */
export function accountAnswer(
  request: FastifyRequest,
  { username, password }: PlayerLogin,
  now: Date,
): object {
  const { protocol, hostname, port } = new URL(originOfRequest(request));
  const secure = protocol === 'https:';
  return {
    user_info: {
      username,
      password,
      message: '',
      auth: 1,
      status: 'Active',
      exp_date: null,
      is_trial: '0',
      active_cons: '0',
      created_at: '0',
      max_connections: '0',
      allowed_output_formats: ['ts', 'm3u8'],
    },
    server_info: {
      url: hostname,
      port: secure ? '80' : port || '80',
      https_port: secure ? port || '443' : '443',
      server_protocol: secure ? 'https' : 'http',
      rtmp_port: '0',
      timezone: 'UTC',
      timestamp_now: Math.floor(now.getTime() / 1000),
      time_now: now.toISOString().slice(0, 19).replace('T', ' '),
      process: true,
    },
  };
}

/** What players read a refusal from, whatever the status. */
export const REFUSED_ACCOUNT = { user_info: { auth: 0, status: 'Disabled', message: '' } };
