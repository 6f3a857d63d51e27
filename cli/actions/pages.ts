/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** The first page of a list, or all of it; `more` says that something was left out. */
export async function readPages<Item>(
  all: boolean,
  read: (pageToken: string) => Promise<Page<Item>>,
): Promise<{ items: readonly Item[]; more: boolean }> {
  let page = await read("");
  const items = [...page.items];
  while (all && page.nextPageToken !== "") {
    page = await read(page.nextPageToken);
    items.push(...page.items);
  }
  return { items, more: page.nextPageToken !== "" };
}
