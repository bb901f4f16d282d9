import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AdminKey } from './admin-key.js';
import { ApiKeyStore } from './api-key.store.js';

/** Brings the schema up to date, and says so when nobody could get in. A database that is away is no reason not to start. */
@Injectable()
export class AccessAtStart implements OnApplicationBootstrap {
  private readonly log = new Logger('Access');

  constructor(
    private readonly adminKey: AdminKey,
    private readonly keys: ApiKeyStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      if (!(await this.keys.any()) && !this.adminKey.isSet)
        this.log.warn(
          'There is no API key yet, so nobody can get in: set ADMIN_KEY or ADMIN_KEY_FILE (at least 32 characters), and make keys with it.',
        );
    } catch (error) {
      this.log.warn(`The keys cannot be read yet: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
