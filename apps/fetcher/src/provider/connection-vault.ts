import {
  CatalogueSyncError,
  ERROR_CODE,
  type ProviderConnection,
  type ProviderId,
} from '@catalogue-sync/contracts';
import type { CredentialCipher } from '@catalogue-sync/persistence';

/** The one place where connections are encrypted and decrypted. The provider's id is bound in: a blob copied to another row is refused. */
export class ConnectionVault {
  constructor(private readonly cipher: CredentialCipher) {}

  seal(id: ProviderId, connection: ProviderConnection): Buffer {
    return this.cipher.encrypt(JSON.stringify(connection), id);
  }

  /** Throws `internal` with a fix when the key is not the one it was sealed with. */
  open(id: ProviderId, sealed: Uint8Array): ProviderConnection {
    try {
      return JSON.parse(this.cipher.decrypt(Buffer.from(sealed), id)) as ProviderConnection;
    } catch {
      // The cause may quote what it could not parse.
      throw new CatalogueSyncError(
        ERROR_CODE.internal,
        `The stored connection of provider ${id} cannot be read: CREDENTIALS_KEY is not the key it was stored with. Restore that key, or give the connection anew.`,
      );
    }
  }
}
