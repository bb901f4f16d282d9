import { describe, expect, it } from '@jest/globals';
import { RecentAnswers } from './recent-answers.js';

const FOR_MS = 1_000;

/** A question whose answers are given one by one, and a clock that stands until it is moved. */
class Asked {
  now = 0;
  readonly questions: PromiseWithResolvers<string | undefined>[] = [];
  readonly answers = new RecentAnswers<string>(FOR_MS, () => this.now);

  get(key = 'a'): Promise<string | undefined> {
    return this.answers.get(key, () => {
      const question = Promise.withResolvers<string | undefined>();
      this.questions.push(question);
      return question.promise;
    });
  }
}

describe('RecentAnswers', () => {
  it('asks once for all who come within the time, and counts it from the question', async () => {
    const asked = new Asked();
    const [first, second] = [asked.get(), asked.get()];
    asked.now = 600;
    asked.questions[0]?.resolve('one');
    expect(await Promise.all([first, second])).toEqual(['one', 'one']);
    asked.now = FOR_MS - 1;
    expect(await asked.get()).toBe('one');
    expect(asked.questions).toHaveLength(1);
    asked.now = FOR_MS;
    const later = asked.get();
    asked.questions[1]?.resolve('two');
    expect(await later).toBe('two');
  });

  it('asks anew while an old question is still under way', () => {
    const asked = new Asked();
    void asked.get();
    asked.now = FOR_MS;
    void asked.get();
    expect(asked.questions).toHaveLength(2);
  });

  it.each(['forget', 'forgetAll'] as const)(
    'gives nobody an answer that was asked for before %s',
    async (method) => {
      const asked = new Asked();
      const before = asked.get();
      asked.answers[method]('a');
      const after = asked.get();
      asked.questions[1]?.resolve('new');
      asked.questions[0]?.resolve('old');
      expect([await before, await after, await asked.get()]).toEqual(['old', 'new', 'new']);
      expect(asked.questions).toHaveLength(2);
    },
  );

  it('remembers neither that there is nothing, nor a failure', async () => {
    const asked = new Asked();
    const nothing = asked.get();
    asked.questions[0]?.resolve(undefined);
    expect(await nothing).toBeUndefined();
    const failing = asked.get();
    asked.questions[1]?.reject(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    void asked.get();
    expect(asked.questions).toHaveLength(3);
  });

  it('outlives every answer that others may have got before', async () => {
    const here = new RecentAnswers<string>(50);
    const there = new RecentAnswers<string>(50);
    let truth = 'old';
    const look = async () => truth;
    expect([await here.get('a', look), await there.get('a', look)]).toEqual(['old', 'old']);
    truth = 'new';
    await here.outlive();
    expect([await here.get('a', look), await there.get('a', look)]).toEqual(['new', 'new']);
  });

  it('holds so many at most', async () => {
    const answers = new RecentAnswers<string>(FOR_MS, () => 0);
    const questions: string[] = [];
    const get = (key: string) =>
      answers.get(key, async () => {
        questions.push(key);
        return key;
      });
    for (let index = 0; index <= 10_000; index++) await get(`k${index}`);
    questions.length = 0;
    await get('k10000');
    await get('k0');
    expect(questions).toEqual(['k0']);
  });
});
