export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/tools'],
  testMatch: ['**/*.spec.ts', '**/*.spec.mjs'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: {
    customExportConditions: ['@catalogue-sync/source', 'node', 'node-addons'],
  },
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  // Generous: the machine may be slow, and only a failure takes it.
  testTimeout: 120_000,
};
