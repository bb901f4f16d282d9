import type { ItemKind, SnapshotDocument } from '@catalogue-sync/contracts';

/** The segmented parts of a document, in the order of `SnapshotDocument`'s keys. */
export const SECTIONS = [
  'categories',
  'movies',
  'series',
  'channels',
  'moviesByCategory',
  'seriesByCategory',
  'channelsByCategory',
] as const satisfies readonly (keyof SnapshotDocument)[];
export type Section = (typeof SECTIONS)[number];

const NUMBERS = new Map<Section, number>(SECTIONS.map((section, index) => [section, index]));

/** A section's position in the document, from 0. Stored manifests are sorted by it: never renumber. */
export function numberOfSection(section: Section): number {
  return NUMBERS.get(section) ?? -1;
}

/** The section at a position. Throws a RangeError for a number that no section has. */
export function sectionOfNumber(number: number): Section {
  const section = SECTIONS[number];
  if (section === undefined) throw new RangeError(`No section has the number ${number}.`);
  return section;
}

/** Where items of a kind stand, and where the index of their categories stands. */
export const SECTIONS_OF_KIND: Record<ItemKind, { items: Section; index: Section }> = {
  movie: { items: 'movies', index: 'moviesByCategory' },
  series: { items: 'series', index: 'seriesByCategory' },
  channel: { items: 'channels', index: 'channelsByCategory' },
};

/** The kind a section is about; undefined for the categories. */
export function kindOfSection(section: Section): ItemKind | undefined {
  switch (section) {
    case 'movies':
    case 'moviesByCategory':
      return 'movie';
    case 'series':
    case 'seriesByCategory':
      return 'series';
    case 'channels':
    case 'channelsByCategory':
      return 'channel';
    case 'categories':
      return undefined;
  }
}

/** Whether a section is an object from category id to item ids, and not an array. */
export function isIndexSection(section: Section): boolean {
  return section.endsWith('ByCategory');
}
