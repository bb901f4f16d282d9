import { expect, it } from '@jest/globals';
import { providerId, subjects } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { onReconcilerStage } from '../e2e/support/reconciler-stage.js';
import { providerLease } from './pages/provider-lease.js';

const held = onReconcilerStage();

it('takes a provider on as soon as it is told that pages will come, before there are any', async () => {
  const { connection, db } = held.stage;
  const provider = providerId('pcoming');
  // A lease's row stays when it is given back.
  const tokens = async () =>
    (await db.query('select token from catalogue.lease where name = $1', [providerLease(provider)])).rows;
  // A hint is lost on a service that has begun and does not listen yet.
  await waitFor(async () => {
    connection.publish(subjects.pagesComingHint(provider));
    return (await tokens()).length === 1;
  });
  expect(await tokens()).toHaveLength(1);
});
