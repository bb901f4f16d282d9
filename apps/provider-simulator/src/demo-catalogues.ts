import type { CatalogueRequest } from './catalogue/catalogue-config.js';

/** What a simulator that is started alone serves: 83,183 movies and series, and 3,000 channels, as a portal and as a panel. */
export const DEMO_CATALOGUES: readonly CatalogueRequest[] = [
  { name: 'demo-stalker', seed: 20_260, profile: 'genuine' },
  { name: 'demo-xtream', seed: 20_261, profile: 'panel' },
];
