/** Opens a link, or a report page, in the user's browser. Loaded lazily. */
import open from 'open';
import { webAddress } from '../terminal/web-address.ts';
import { usualUmask } from './private-files.ts';

/** Best effort: the link was already printed. @returns false where there is no display, no browser or no web address */
export async function openInBrowser(url: string): Promise<boolean> {
  const address = webAddress(url);
  return address !== null && start(address);
}

/** Opens a page that this program wrote. @returns as {@link openInBrowser} */
export async function openPage(address: URL): Promise<boolean> {
  return start(address.href);
}

async function start(address: string): Promise<boolean> {
  const { platform, env } = process;
  const display =
    platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  if (!display) return false;
  try {
    // A browser started here keeps the umask for everything it writes.
    process.umask(usualUmask());
    const child = await open(address);
    child.once('error', () => {});
    return true;
  } catch {
    return false;
  }
}
