import { mapToBundles } from './tools/spec-deps/bundled.mjs';

export default {
  // Kept from run to run, which a run's temporary folder is not.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/tools'],
  testMatch: ['**/*.spec.ts', '**/*.spec.mjs'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { ...mapToBundles(), '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: {
    customExportConditions: ['@catalogue-sync/source', 'node', 'node-addons'],
  },
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  // Generous: the machine may be slow, and only a failure takes it.
  testTimeout: 120_000,
};
