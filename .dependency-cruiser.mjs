// Who may import whom. Each rule has a fixture in tools/boundaries/fixtures that breaks it, and a test that sees it caught.
const spec = '(\\.(spec|contract|arbitrary)\\.ts$|/e2e/)';

/** A library may import only these libraries of ours. */
const mayImport = (lib, allowed) => ({
  name: `${lib}-imports-${allowed.length ? allowed.join('-and-') : 'nothing-of-ours'}`,
  comment: `libs/${lib} may import ${allowed.length ? `only ${allowed.join(' and ')}` : 'no other library'}: see docs/architecture.md`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: spec },
  to: { path: '^libs/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
});

export default {
  forbidden: [
    mayImport('contracts', []),
    mayImport('catalogue', ['contracts']),
    mayImport('snapshot-format', ['contracts']),
    mayImport('item-search', ['contracts']),
    mayImport('providers', ['contracts', 'catalogue']),
    mayImport('messaging', ['contracts']),
    mayImport('persistence', ['contracts']),
    mayImport('observability', ['contracts']),
    mayImport('embedded', ['contracts']),
    mayImport('terminal', ['contracts']),
    mayImport('api-client', []),
    mayImport('client', ['contracts']),
    mayImport('hosting', ['contracts', 'observability']),
    {
      name: 'no-app-to-app',
      comment: 'services talk over NATS and HTTP; code that two of them need is a library',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-lib-to-app',
      comment: 'libraries know nothing of the services that use them',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'testing-in-specs-only',
      comment: 'libs/testing starts servers and injects faults: production code must not reach it',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', spec] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'pure-domain',
      comment: 'the domain is pure: no framework, database, broker or HTTP inside it',
      severity: 'error',
      from: { path: '^libs/(catalogue|snapshot-format|item-search)/', pathNot: spec },
      to: {
        path: '(^|/)node_modules/(@nestjs|@mikro-orm|@nats-io|pg|undici|kysely)/|^node:(http|https|net)$|^(http|https|net)$',
      },
    },
    {
      name: 'only-through-the-front-door',
      comment: 'other libraries are imported by package name, never by a path inside them',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^$1/$2/', '^libs/[^/]+/src/(rest/|rows/)?index\\.ts$'] },
    },
    {
      name: 'no-circular',
      comment: 'files that import each other in a circle cannot be understood one at a time',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dev-dependency-in-production',
      comment:
        'what services import must be in dependencies; the dashboard is bundled, so that nothing is imported when it runs',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [spec, '^libs/testing/', '^apps/dashboard/'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'resolvable',
      comment: 'every import must resolve',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|test-results)/|^tools/boundaries/fixtures/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@catalogue-sync/source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
