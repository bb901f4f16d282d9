import { redirect as redirectTo } from '../../server/answer.js';
import type { EffectHandler } from './effect.js';

/**
 * `other-host`: the same path at another name of this machine, where the answer is right. `https`: the same path, where nothing listens.
 * `loop`: to itself. `html`: to a page for people.
 */
export const REDIRECT_TARGETS = ['other-host', 'https', 'loop', 'html'] as const;
export const REDIRECT_CODES = [301, 302, 303, 307, 308] as const;

/** The provider moved, or says so. */
export interface RedirectEffect {
  type: 'redirect';
  to?: (typeof REDIRECT_TARGETS)[number];
  /** Where to, when it is none of these: sent as it is. */
  location?: string;
  /** Default 302. */
  code?: (typeof REDIRECT_CODES)[number];
}

const NAME = /^(127\.0\.0\.1|localhost)/;

export const redirect: EffectHandler<RedirectEffect> = ({ to = 'loop', location, code = 302 }, scene) => {
  const other = scene.host.replace(NAME, 'localhost');
  if (location === undefined && to === 'other-host' && other === scene.host)
    return { answer: scene.answer() };
  const page = `/${scene.url.split('/')[1] ?? ''}/c/`;
  const targets = {
    'other-host': `http://${other}${scene.url}`,
    https: `https://${scene.host}${scene.url}`,
    loop: scene.url,
    html: page,
  };
  return { answer: { ...redirectTo(location ?? targets[to]), status: code } };
};
