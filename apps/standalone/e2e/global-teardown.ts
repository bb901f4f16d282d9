/** Ends what the set-up of the run started. */
export default async function stopShared(): Promise<void> {
  await globalThis.sharedByE2e?.stop();
}
