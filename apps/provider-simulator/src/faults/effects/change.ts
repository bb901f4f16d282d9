import type { ItemKind } from '@catalogue-sync/contracts';
import type { QuirkPatch } from '../../quirks/quirks.js';
import type { EffectHandler } from './effect.js';

/** The catalogue changes in the middle of a crawl: the answer is right, and no longer true when it arrives. */
export interface DriftEffect {
  type: 'drift';
  /** New items, on top of a newest-first list: its rows move down, and some are seen twice. */
  add?: number;
  /** Rows of the page just served that are removed: the rows after them move up, and some are never seen. */
  remove?: number;
  /** Of which kinds new items are. Default: what the page shows. */
  kinds?: ItemKind[];
}

/** The provider becomes another one, with this answer. */
export interface QuirksEffect {
  type: 'quirks';
  /** As in `PATCH …/quirks`. */
  set: QuirkPatch;
}

export const drift: EffectHandler<DriftEffect> = ({ add = 0, remove = 0, kinds }, scene) => {
  const answer = scene.answer();
  const { items } = answer;
  const shown = [...new Set(items?.map((id) => id.split(':')[0] as ItemKind))];
  const chosen = kinds ?? (shown.length > 0 ? shown : undefined);
  return {
    answer,
    afterwards: () =>
      scene.tomorrow({
        add,
        edit: 0,
        // An answer that is no page tells nothing of its rows: then any will do.
        remove: items === undefined ? remove : 0,
        move: 0,
        ...(chosen !== undefined && { kinds: chosen }),
        ...(items !== undefined && remove > 0 && { removeIds: items.slice(0, remove) }),
      }),
  };
};

export const quirks: EffectHandler<QuirksEffect> = (effect, scene) => {
  scene.setQuirks(effect.set);
  return { answer: scene.answer() };
};
