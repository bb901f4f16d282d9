import { NotFoundException } from '@nestjs/common';
import type { CatalogueRegistry } from '../registry/catalogue-registry.js';
import type { SimulatedProvider } from '../simulated-provider.js';

/** The provider of a name. Throws a NotFoundException (404) that says how to make one. */
export function known(registry: CatalogueRegistry, name: string): SimulatedProvider {
  const provider = registry.find(name);
  if (provider === undefined) {
    throw new NotFoundException(
      `There is no catalogue ${name}; create it with PUT /control/catalogues/${name}.`,
    );
  }
  return provider;
}
