/** Passes most panels, where browser-like or unknown ones get a challenge (PROVIDERS B.10). */
export const DEFAULT_USER_AGENT = 'VLC/3.0.21 LibVLC/3.0.21';

/** What a set-top box says; portals and the firewalls before them ask for it (PROVIDERS A.2). */
export const SET_TOP_BOX_USER_AGENT =
  'Mozilla/5.0 (QtEmbedded; U; Linux; C) AppleWebKit/533.3 (KHTML, like Gecko) MAG250 stbapp ver: 4 rev: 1812 Mobile Safari/533.3';
