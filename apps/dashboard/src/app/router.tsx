import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { Failure } from '../states/failure.js';
import { Outline } from '../states/answer.js';
import { NotFound } from './not-found.js';
import { Shell } from './shell.js';
import { FILTERS } from './url-filters.js';

const root = createRootRoute({ notFoundComponent: NotFound });

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: FILTERS.login,
  component: lazyRouteComponent(() => import('./sign-in-page.js'), 'SignInPage'),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    // The router takes a redirect that is thrown.
    // oxlint-disable-next-line typescript/only-throw-error
    throw redirect({ to: '/providers', replace: true });
  },
});
const providers = createRoute({
  getParentRoute: () => shell,
  path: '/providers',
  validateSearch: FILTERS.providers,
  component: lazyRouteComponent(() => import('../providers/providers-page.js'), 'ProvidersPage'),
});
const addProvider = createRoute({
  getParentRoute: () => shell,
  path: '/add-provider',
  component: lazyRouteComponent(() => import('../add-provider/add-provider-page.js'), 'AddProviderPage'),
});
const system = createRoute({
  getParentRoute: () => shell,
  path: '/system',
  component: lazyRouteComponent(() => import('../system/system-page.js'), 'SystemPage'),
});

const provider = createRoute({
  getParentRoute: () => shell,
  path: '/providers/$id',
  component: lazyRouteComponent(() => import('../provider/provider-page.js'), 'ProviderPage'),
});
const overview = createRoute({
  getParentRoute: () => provider,
  path: '/',
  component: lazyRouteComponent(() => import('../provider/overview/overview-page.js'), 'OverviewPage'),
});
const history = createRoute({
  getParentRoute: () => provider,
  path: '/history',
  validateSearch: FILTERS.history,
  component: lazyRouteComponent(() => import('../provider/history/history-page.js'), 'HistoryPage'),
});
const job = createRoute({
  getParentRoute: () => provider,
  path: '/history/$job',
  validateSearch: FILTERS.job,
  component: lazyRouteComponent(() => import('../provider/job/job-page.js'), 'JobPage'),
});
const catalogue = createRoute({
  getParentRoute: () => provider,
  path: '/catalogue',
  validateSearch: FILTERS.catalogue,
  component: lazyRouteComponent(() => import('../provider/catalogue/catalogue-page.js'), 'CataloguePage'),
});
const item = createRoute({
  getParentRoute: () => provider,
  path: '/catalogue/$item',
  component: lazyRouteComponent(() => import('../provider/item/item-page.js'), 'ItemPage'),
});
const snapshots = createRoute({
  getParentRoute: () => provider,
  path: '/snapshots',
  validateSearch: FILTERS.snapshots,
  component: lazyRouteComponent(() => import('../provider/snapshots/snapshots-page.js'), 'SnapshotsPage'),
});
const removals = createRoute({
  getParentRoute: () => provider,
  path: '/removals',
  component: lazyRouteComponent(() => import('../provider/removals/removals-page.js'), 'RemovalsPage'),
});
const events = createRoute({
  getParentRoute: () => provider,
  path: '/events',
  component: lazyRouteComponent(() => import('../provider/events/events-page.js'), 'EventsPage'),
});
const schedules = createRoute({
  getParentRoute: () => provider,
  path: '/schedules',
  component: lazyRouteComponent(() => import('../provider/schedules/schedules-page.js'), 'SchedulesPage'),
});
const settings = createRoute({
  getParentRoute: () => provider,
  path: '/settings',
  component: lazyRouteComponent(() => import('../provider/settings/settings-page.js'), 'SettingsPage'),
});

const routeTree = root.addChildren([
  login,
  shell.addChildren([
    home,
    providers,
    addProvider,
    system,
    provider.addChildren([
      overview,
      history,
      job,
      catalogue,
      item,
      snapshots,
      removals,
      events,
      schedules,
      settings,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Outline />,
  defaultErrorComponent: ({ error, reset }) => (
    <Failure error={error instanceof Error ? error : new Error(String(error))} retry={reset} />
  ),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
