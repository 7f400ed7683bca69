import { describe, expect, it } from 'vitest';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { proxyFor } from '../../src/lib/send/proxy.ts';

const PROXY = 'http://proxy.test:3128';

describe('NO_PROXY', () => {
  const isDirect = (url: string, noProxy: string) =>
    proxyFor(url, { http_proxy: PROXY, https_proxy: PROXY, NO_PROXY: noProxy }) === null;

  it.each<[string, string, boolean]>([
    ['*', 'http://a.test/', true],
    ['*', 'http://[::1]:8080/', true],
    ['a.test, *', 'http://b.test/', true],
    ['example.com', 'https://example.com/', true],
    ['example.com', 'https://www.example.com/', true],
    ['example.com', 'https://notexample.com/', false],
    ['.example.com', 'https://example.com/', true],
    ['.example.com', 'https://a.b.example.com/', true],
    ['.example.com', 'https://badexample.com/', false],
    ['*.example.com', 'https://www.example.com/', true],
    ['*example.com', 'https://badexample.com/', true],
    ['EXAMPLE.com', 'https://Example.COM/', true],
    ['example.com.', 'https://example.com/', true],
    ['example.com', 'https://example.com./', true],
    ['bücher.test', 'http://www.xn--bcher-kva.test/', true],
    ['example.com:8443', 'https://example.com:8443/', true],
    ['example.com:8443', 'https://example.com/', false],
    ['example.com:443', 'https://example.com/', true],
    ['example.com:80', 'http://www.example.com/', true],
    ['::1', 'http://[::1]:8080/', true],
    ['[::1]', 'http://[::1]:8080/', true],
    ['[::1]:8080', 'http://[::1]:8080/', true],
    ['[::1]:8081', 'http://[::1]:8080/', false],
    ['0:0:0:0:0:0:0:1', 'http://[::1]/', true],
    ['2001:db8::/32', 'http://[2001:db8:1::5]/', true],
    ['[2001:db8::]/32', 'http://[2001:db8:1::5]/', true],
    ['2001:db8::/32', 'http://[2001:db9::5]/', false],
    ['10.0.0.0/8', 'http://10.200.3.4/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['192.168.1.128/25', 'http://192.168.1.127/', false],
    ['0.0.0.0/0', 'http://8.8.8.8/', true],
    ['0.0.0.0/0', 'http://[::1]/', false],
    ['127.0.0.1', 'http://127.0.0.1:9/', true],
    ['127.0.0.1:9', 'http://127.0.0.1:9/', true],
    ['127.0.0.1:10', 'http://127.0.0.1:9/', false],
    ['10.0.0.0/33', 'http://10.0.0.1/', false],
    ['10.0.0.0/x', 'http://10.0.0.1/', false],
    ['0.0.1', 'http://127.0.0.1/', false],
    ['a.test b.test', 'http://b.test/', true],
    [' a.test ,\tb.test,, c.test ', 'http://c.test/', true],
    ['', 'http://a.test/', false],
    ['.', 'http://a.test/', false],
  ])('%j reaches %s directly: %s', (noProxy, url, direct) => {
    expect(isDirect(url, noProxy)).toBe(direct);
  });

  it('in lower case takes precedence over upper case', () => {
    const env = { http_proxy: PROXY, no_proxy: 'a.test', NO_PROXY: 'b.test' };
    expect(proxyFor('http://a.test/', env)).toBeNull();
    expect(proxyFor('http://b.test/', env)?.host).toBe('proxy.test:3128');
  });
});

describe('the proxy of a URL', () => {
  it.each<[string, string, Record<string, string>, string | null]>([
    ['none', 'http://a.test/', {}, null],
    [
      'that of its scheme',
      'https://a.test/',
      { https_proxy: 'http://s:1', http_proxy: 'http://p:2' },
      'http://s:1/',
    ],
    ['not that of the other scheme', 'https://a.test/', { http_proxy: 'http://p:2' }, null],
    ['the one for all', 'https://a.test/', { ALL_PROXY: 'http://all:3' }, 'http://all:3/'],
    [
      'lower case first',
      'http://a.test/',
      { http_proxy: 'http://low:1', HTTP_PROXY: 'http://up:1' },
      'http://low:1/',
    ],
    [
      'an empty variable is none',
      'http://a.test/',
      { http_proxy: '', HTTP_PROXY: 'http://up:1' },
      'http://up:1/',
    ],
    ['without a scheme', 'https://a.test/', { HTTPS_PROXY: 'proxy.test:3128' }, 'http://proxy.test:3128/'],
    [
      'with credentials',
      'http://a.test/',
      { HTTP_PROXY: 'http://u%40x:p@proxy.test:1' },
      'http://u%40x:p@proxy.test:1/',
    ],
  ])('%s', (_name, url, env, expected) => {
    expect(proxyFor(url, env)?.href ?? null).toBe(expected);
  });

  it.each([
    ['foo', 'is not a URL'],
    ['true', 'is not a URL'],
    ['http://', 'is not a URL'],
    ['http://:3128', 'is not a URL'],
    ['http://proxy.test:99999', 'is not a URL'],
    ['proxy.test:99999', 'is not a URL'],
    ['http://proxy.test:0', 'has port 0, which cannot be used'],
    ['socks5://proxy.test:1080', 'uses socks5://, which is not supported; expected http:// or https://'],
    // `new URL` would drop them.
    ['http://user:hush\n2@proxy.test:3128', 'contains a space or a control character'],
    ['http://user:hush\t2@proxy.test:3128', 'contains a space or a control character'],
    ['http://user:hush\u00072@proxy.test:3128', 'contains a space or a control character'],
    ['http://user:hush 2@proxy.test:3128', 'contains a space or a control character'],
    ['http://$PROXY:3128', 'has a host that is neither a name nor an address'],
    [
      'http://us%er:hush@proxy.test:3128',
      'has a % in its credentials that is not part of an escape such as %40; write %25 for the character %',
    ],
  ])('%s is an error', (value, problem) => {
    let thrown: unknown = null;
    try {
      proxyFor('http://a.test/', { HTTP_PROXY: value });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProdE2eError);
    expect(thrown).toMatchObject({ code: 'PROXY_INVALID', message: `The proxy in HTTP_PROXY ${problem}.` });
    expect(JSON.stringify(thrown)).not.toContain('hush');
  });
});
