import { expect, it } from '@jest/globals';
import { AllowedMethods } from './allowed-methods.js';

it('finds the methods of a path by its pattern', () => {
  const methods = new AllowedMethods();
  methods.add('/api/providers', ['POST']);
  methods.add('/api/providers', 'GET');
  methods.add('/api/providers/:id', 'PATCH');
  methods.add('/docs/*', 'GET');

  expect(methods.of('/api/providers')).toEqual(['GET', 'POST']);
  expect(methods.of('/api/providers/p1')).toEqual(['PATCH']);
  expect(methods.of('/api/providers/p1/sync')).toEqual([]);
  expect(methods.of('/api/providers/')).toEqual([]);
  expect(methods.of('/docs/x')).toEqual([]);
});
