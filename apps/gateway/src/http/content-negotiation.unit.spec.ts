import { describe, expect, it } from '@jest/globals';
import { acceptsMedia, matchesETag, pickCoding } from './content-negotiation.js';

describe('pickCoding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['*', 'gzip'],
    ['br', 'identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.5, identity;q=0.8', 'identity'],
    ['gzip;q=0.8, identity;q=0.5', 'gzip'],
    ['identity', 'identity'],
    ['gzip; q=1.0, *;q=0', 'gzip'],
    ['br, *;q=0', undefined],
    ['identity;q=0', undefined],
    ['gzip;q=0, identity;q=0', undefined],
    ['identity;q=0, *', 'gzip'],
    ['gzip;q=nonsense', 'identity'],
  ])('reads %j as %s', (header, expected) => {
    expect(pickCoding(header)).toBe(expected);
  });
});

describe('acceptsMedia', () => {
  it.each([
    [undefined, true],
    ['*/*', true],
    ['application/*', true],
    ['application/json', true],
    ['text/html, application/json;q=0.1', true],
    ['text/html', false],
    ['application/json;q=0', false],
    ['*/*, application/json;q=0', false],
  ])('reads %j as %s', (header, expected) => {
    expect(acceptsMedia(header, 'application/json')).toBe(expected);
  });
});

describe('matchesETag', () => {
  it.each([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"a-gzip"', false],
    ['a', false],
  ])('reads %j as %s', (header, expected) => {
    expect(matchesETag(header, '"a"')).toBe(expected);
  });
});
