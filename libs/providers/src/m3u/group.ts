/** A group's id: its title in one form, so that blanks and capitals make no second group. At most 200 characters. */
export function groupId(title: string): string {
  return title.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase().slice(0, 200).trim();
}

/** The titles of the groups that an entry names: several stand separated by semicolons. `group-title` wins over `#EXTGRP`. */
export function groupTitles(groupTitle: string | undefined, extGroup: string | undefined): string[] {
  const named = groupTitle !== undefined && groupTitle.trim() !== '' ? groupTitle : extGroup;
  if (named === undefined) return [];
  return named
    .split(';')
    .map((title) => title.trim())
    .filter((title) => title !== '')
    .slice(0, 50);
}
