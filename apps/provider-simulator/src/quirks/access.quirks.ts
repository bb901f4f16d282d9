/** How a provider refuses who is not, or no longer, let in. */
export const REFUSAL_FORMS = [
  'authorization-failed',
  'unauthorized-request',
  'access-denied',
  'empty',
  '401',
  '403',
  'js-false',
  'js-error',
  'token-null',
  'auth-0',
  'not-found-page',
] as const;
export type RefusalForm = (typeof REFUSAL_FORMS)[number];

/** Who is let in, and how the others are told. */
export interface AccessQuirks {
  /** Default: the profile's own form. */
  refusal?: RefusalForm;
  /** Handshakes give no token; the session that is open goes on. */
  noToken?: boolean;
  /** Every session is taken over by another device after so many data calls. */
  stolenAfter?: number;
  /** While a session was used within the last so many seconds, another handshake is refused. */
  secondSessionAfter?: number;
}

/** What is told of the account. A status of expired, banned or disabled also closes its lists. */
export interface AccountQuirks {
  /** `Active`, `Expired`, `Banned`, `Disabled`, `Trial`, in any case. */
  status?: string;
  /** `exp_date` as it is sent: Unix seconds as text or number, "", or null for an account without end. */
  expDate?: string | number | null;
  maxConnections?: string | number;
  /** What happens to the lists of a closed account. Default: refused. */
  lists?: 'refused' | 'empty' | 'served';
}

/** What a provider does against those who ask too much. */
export interface LimitQuirks {
  /** Requests that are let through each second; the rest is refused. */
  perSecond?: number;
  /** How many may come at once on top of the rate. Default: as many as `perSecond`. */
  burst?: number;
  /** Requests under way at once; one more is refused. */
  parallel?: number;
  /** Status of a refusal. Default 503, as of a web server's own limit. */
  code?: number;
  /** `Retry-After` of a refusal: seconds or an HTTP date. */
  retryAfter?: string;
  /** After so many refused logins or calls in a row: 403 without a body for some time. */
  ban?: { afterFailures: number; seconds: number };
}

/** `empty-lists`: half-accepted, the account answers and nothing is listed. */
export const AGENT_REFUSALS = ['461', '403-page', 'challenge', 'empty-lists'] as const;

/** How answers travel. */
export interface TransportQuirks {
  /** `asked`: where the client accepts it. `always`: unasked. `unlabelled`: unasked, and without a `Content-Encoding`. */
  gzip?: 'asked' | 'always' | 'unlabelled';
  userAgent?: {
    /** Part of the `User-Agent`, any case. */
    contains: string;
    /** True: only such agents are let in. False: such agents are kept out. */
    allowed: boolean;
    refusal: (typeof AGENT_REFUSALS)[number];
  };
}
