import { Injectable, type CanActivate } from '@nestjs/common';

/**
 * The one place where a request's right to be here is decided; every controller stands behind it. Nobody is told apart yet: the
 * gateway listens on loopback unless told otherwise, and pages of other sites are kept out by `refuseOtherSites`.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}
