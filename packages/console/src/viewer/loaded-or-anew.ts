/**
 * An update of the server takes away the parts of the console that an open page has not loaded yet. Loaded anew, the page
 * finds the new ones. (The router does the same for pages.)
 */
const KEY = "deskgate-loaded-anew-at";
/** Within this time of the last, another load would not help either. */
const ONCE_MS = 60_000;

/** What `load` gives. Where it fails, the page is loaded anew, once; the second time it throws. */
export async function loadedOrAnew<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    if (Date.now() - Number(sessionStorage.getItem(KEY)) < ONCE_MS) throw cause;
    sessionStorage.setItem(KEY, String(Date.now()));
    window.location.reload();
    // Nothing is to happen until the page is gone.
    return new Promise(() => undefined);
  }
}
