export { DEMO_CATALOGUES } from './demo-catalogues.js';
