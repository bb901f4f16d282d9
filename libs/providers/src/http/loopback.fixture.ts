import { AllowedPrivateHosts } from './allowed-private-hosts.js';

/** Where the servers of tests listen. */
export const LOOPBACK = AllowedPrivateHosts.parse('localhost, 127.0.0.0/8, ::1');
