import { describe, expect, it } from '@jest/globals';
import type { SequencedEvent } from './catalogue-event.js';
import { Upcasting, type Upcasters } from './upcasting.js';

const event = (type: string, data: unknown): SequencedEvent => ({
  seq: 7,
  type,
  time: '2026-01-01T00:00:00.000Z',
  subject: 'movie:1',
  data,
});

// Version 2 has minutes where version 1 had a text; version 3 has the length as an object.
const upcasters: Upcasters = {
  'catalogue.item-added.v1': (data) => ({
    type: 'catalogue.item-added.v2',
    data: { minutes: Number.parseInt((data as { length: string }).length, 10) },
  }),
  'catalogue.item-added.v2': (data) => ({ type: 'catalogue.item-added.v3', data: { length: data } }),
};

describe('Upcasting', () => {
  it('brings each version to the one that the program reads', () => {
    const upcasting = new Upcasting<SequencedEvent>(upcasters, ['catalogue.item-added.v3']);
    const wanted = event('catalogue.item-added.v3', { length: { minutes: 90 } });
    expect(upcasting.read(event('catalogue.item-added.v1', { length: '90 min' }))).toEqual(wanted);
    expect(upcasting.read(event('catalogue.item-added.v2', { minutes: 90 }))).toEqual(wanted);
    expect(upcasting.read(wanted)).toEqual(wanted);
  });

  it('stops at the version that the program reads, though there is a newer one', () => {
    const upcasting = new Upcasting<SequencedEvent>(upcasters, ['catalogue.item-added.v2']);
    expect(upcasting.read(event('catalogue.item-added.v1', { length: '90' }))).toMatchObject({
      type: 'catalogue.item-added.v2',
    });
  });

  it('passes by what the program does not know, and refuses a newer version of what it does', () => {
    const upcasting = new Upcasting();
    expect(upcasting.read(event('catalogue.poster-liked.v1', {}))).toBeUndefined();
    expect(() => upcasting.read(event('catalogue.item-added.v2', {}))).toThrow('cannot read');
  });

  it('refuses upcasters that go in a circle', () => {
    const circle: Upcasters = {
      a: (data) => ({ type: 'b', data }),
      b: (data) => ({ type: 'a', data }),
    };
    expect(() => new Upcasting(circle).read(event('a', {}))).toThrow('lead nowhere');
  });
});
