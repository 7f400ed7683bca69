/** Opens a link in the user's browser. Loaded lazily. */
import open from 'open';
import { usualUmask } from '../private-files.ts';

/**
 * Best effort: the link has been printed. @returns false where there is no display or no browser, and for anything but a
 * web address: a link may come out of a kept run, and what `file:` and the like open is not for a report to say.
 */
export async function openInBrowser(url: string): Promise<boolean> {
  const { platform, env } = process;
  const display =
    platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  if (!display || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return false;
  try {
    // A browser that is not running yet keeps what it is started with, for everything it will ever write.
    process.umask(usualUmask());
    const child = await open(new URL(url).href);
    child.once('error', () => {});
    return true;
  } catch {
    return false;
  }
}
