/** What a rebuild found, in lines for a terminal. */
export function reportText({
  equal,
  events,
  items,
  categories,
  searchRows,
  examples,
  checksums,
  newVersion,
}) {
  if (equal) return [`Equal: ${events} events fold to what is served (checksum ${checksums.served}).`];
  const counts = ({ missing, surplus, different }) =>
    `${missing} were missing, ${surplus} surplus, ${different} different`;
  return [
    `Not equal, and put right from ${events} events:`,
    `  items       ${counts(items)}`,
    `  categories  ${counts(categories)}`,
    `  search      ${searchRows} rows were wrong`,
    newVersion === undefined
      ? `  snapshot    was right (checksum ${checksums.served})`
      : `  snapshot    version ${newVersion} takes the place of a wrong one (checksum ${checksums.served} is now ${checksums.rebuilt})`,
    ...(examples.length === 0 ? [] : [`  they were   ${examples.join(', ')}`]),
  ];
}
