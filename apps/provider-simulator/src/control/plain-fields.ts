/** The given fields of a validated body as a plain object, nested ones too: what outlives the request should not be a DTO. */
export function plainFields<Body extends object>(body: Body): Body {
  return JSON.parse(JSON.stringify(body)) as Body;
}
