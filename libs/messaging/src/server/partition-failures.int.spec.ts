import { describe, expect, it } from '@jest/globals';
import { PAGE_MESSAGE_TYPE, STREAM } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { deferred, nameOf, oneTo, p1, p2, PageQueue, type PageName } from '../../e2e/support/page-queue.js';
import { DEAD_LETTER_HEADER, PoisonMessage } from '../index.js';

describe('partitionedSource: failures', () => {
  const queue = PageQueue.use();

  it('tries a failed batch again, in order, before anything behind it', async () => {
    await queue.publish(p1, oneTo(30));
    const done: PageName[] = [];
    let failures = 2;
    await queue.replica((messages) => {
      if (nameOf(messages[0]!) === 11 && failures-- > 0) throw new Error('not now');
      done.push(...messages.map(nameOf));
    });
    await waitFor(async () => (await queue.left()) === 0);
    expect(done).toEqual(oneTo(30));
  });

  it('hands over again, in order, what was handed over behind a batch whose settling failed', async () => {
    await queue.publish(p1, oneTo(20));
    const attempts: PageName[] = [];
    const first = deferred();
    await queue.replica((messages) => {
      const head = nameOf(messages[0]!);
      attempts.push(head);
      if (head === 1 && attempts.length === 1) return { settled: first.promise };
      return { settled: Promise.resolve() };
    });
    await waitFor(() => attempts.length === 2);
    first.reject(new Error('the relay failed'));
    await waitFor(async () => (await queue.left()) === 0);
    expect(attempts).toEqual([1, 11, 1, 11]);
  });

  it('parks a message that keeps failing with its headers, body and reason, and the others flow', async () => {
    await queue.publish(p1, oneTo(15));
    await queue.publish(p2, oneTo(5));
    const done: string[] = [];
    const parked: string[] = [];
    await queue.replica(
      (messages, context) => {
        if (messages.some((message) => context.providerId === p1 && nameOf(message) === 7)) {
          throw new Error('cannot read page 7 of http://u:p@portal/x?token=secret');
        }
        done.push(...messages.map((message) => `${context.providerId}:${nameOf(message)}`));
      },
      {
        poisonAfter: 2,
        onParked: (message, reason, context) => {
          parked.push(`${context.providerId}:${nameOf(message)} ${reason}`);
          return Promise.resolve();
        },
      },
    );
    await waitFor(async () => (await queue.left()) === 0, { timeoutMs: 60_000 });
    expect(done.filter((name) => name.startsWith('p1')).sort()).toEqual(
      oneTo(15)
        .filter((n) => n !== 7)
        .map((n) => `p1:${n}`)
        .sort(),
    );
    expect(done.filter((name) => name.startsWith('p2'))).toEqual(oneTo(5).map((n) => `p2:${n}`));
    expect(parked).toEqual(['p1:7 Error: cannot read page 7 of http://portal/x']);
    const letter = await queue.manager.streams.getMessage(STREAM.deadLetters, { last_by_subj: 'dead.>' });
    expect(letter?.subject).toBe('dead.CATALOGUE_PAGES.failing');
    expect(letter?.json()).toMatchObject({ name: 7 });
    expect(letter?.header.get(DEAD_LETTER_HEADER.subject)).toBe('catalogue.pages.p1.vod');
    expect(letter?.header.get('ce-type')).toBe(PAGE_MESSAGE_TYPE.pageFetched);
    expect(letter?.header.get(DEAD_LETTER_HEADER.reason)).not.toContain('secret');
  });

  it('parks at once what its handler declares poison', async () => {
    await queue.publish(p1, [1, 2, 3]);
    const attempts: PageName[][] = [];
    await queue.replica((messages) => {
      attempts.push(messages.map(nameOf));
      if (messages.some((message) => nameOf(message) === 2)) throw new PoisonMessage('not a page');
    });
    await waitFor(async () => (await queue.left()) === 0);
    expect(attempts).toEqual([[1, 2, 3], [1], [2], [3]]);
    const letter = await queue.manager.streams.getMessage(STREAM.deadLetters, { last_by_subj: 'dead.>' });
    expect(letter?.subject).toBe('dead.CATALOGUE_PAGES.poison');
    expect(letter?.header.get(DEAD_LETTER_HEADER.reason)).toBe('not%20a%20page');
  });

  it('parks nothing while the database is away, however long', async () => {
    await queue.publish(p1, [1, 2, 3]);
    let tries = 0;
    let away = true;
    const done: PageName[] = [];
    await queue.replica(
      (messages) => {
        tries += 1;
        if (away)
          throw new Error('query failed', { cause: Object.assign(new Error('down'), { code: '57P03' }) });
        done.push(...messages.map(nameOf));
      },
      { poisonAfter: 1 },
    );
    await waitFor(() => tries >= 5, { timeoutMs: 60_000 });
    away = false;
    await waitFor(async () => (await queue.left()) === 0, { timeoutMs: 60_000 });
    expect(done).toEqual([1, 2, 3]);
    expect((await queue.manager.streams.info(STREAM.deadLetters)).state.messages).toBe(0);
  });

  it('goes on when its consumer is deleted under it, and when the stream is', async () => {
    await queue.publish(p1, oneTo(3));
    const seen: PageName[] = [];
    await queue.replica((messages) => void seen.push(...messages.map(nameOf)), { idleReleaseMs: 20_000 });
    await waitFor(() => seen.length === 3);
    await queue.manager.consumers.delete(STREAM.pages, 'test-p1');
    await queue.publish(p1, [4]);
    await waitFor(() => seen.includes(4));
    await queue.manager.streams.delete(STREAM.pages);
    await waitFor(() => queue.manager.streams.info(STREAM.pages), { timeoutMs: 60_000 });
    await queue.publish(p1, [5]);
    await waitFor(() => seen.includes(5), { timeoutMs: 60_000 });
    expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
  });
});
