/** Certificates made for one test file with the openssl program; nothing secret is kept in the repository. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certPath: string;
  readonly keyPath: string;
}

export interface Certificates {
  /** The authority's own certificate. */
  readonly caPath: string;
  /** For 127.0.0.1 and localhost, signed by the authority. */
  readonly good: Certificate;
  readonly expired: Certificate;
  readonly notYetValid: Certificate;
  readonly wrongName: Certificate;
  readonly selfSigned: Certificate;
  /** For a client, signed by the authority. */
  readonly client: Certificate;
  readonly remove: () => Promise<void>;
}

const CA_CONFIG = `
[ca]
default_ca = here
[here]
new_certs_dir = .
database = index.txt
serial = serial
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
`;

const LOCAL_NAMES = 'subjectAltName=IP:127.0.0.1,DNS:localhost';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-tls-'));
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: folder });
  const read = async (name: string): Promise<Certificate> => {
    const [certPath, keyPath] = [path.join(folder, `${name}.pem`), path.join(folder, `${name}.key`)];
    return {
      certPath,
      keyPath,
      cert: await readFile(certPath, 'utf8'),
      key: await readFile(keyPath, 'utf8'),
    };
  };
  const selfSign = (name: string, ...rest: readonly string[]) =>
    openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      ...rest,
    );
  const sign = async (name: string, names: string, dates: readonly [string, string]) => {
    const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`];
    await openssl('req', '-new', ...NEW_KEY, ...request, '-addext', names);
    const files = ['-config', 'ca.cnf', '-in', `${name}.csr`, '-out', `${name}.pem`];
    await openssl('ca', '-batch', '-notext', ...files, '-startdate', dates[0], '-enddate', dates[1]);
  };
  await Promise.all([
    writeFile(path.join(folder, 'ca.cnf'), CA_CONFIG),
    writeFile(path.join(folder, 'index.txt'), ''),
    writeFile(path.join(folder, 'serial'), '1000\n'),
  ]);
  await selfSign('ca', '-subj', '/CN=prod-e2e test authority');
  await selfSign('self-signed', '-subj', '/CN=localhost', '-addext', LOCAL_NAMES);
  // The authority's index is one file: one after another.
  await sign('good', LOCAL_NAMES, ['20200101000000Z', '20490101000000Z']);
  await sign('expired', LOCAL_NAMES, ['20200101000000Z', '20210101000000Z']);
  await sign('not-yet-valid', LOCAL_NAMES, ['20480101000000Z', '20490101000000Z']);
  await sign('wrong-name', 'subjectAltName=DNS:elsewhere.example.com', [
    '20200101000000Z',
    '20490101000000Z',
  ]);
  await sign('client', LOCAL_NAMES, ['20200101000000Z', '20490101000000Z']);
  return {
    caPath: path.join(folder, 'ca.pem'),
    good: await read('good'),
    expired: await read('expired'),
    notYetValid: await read('not-yet-valid'),
    wrongName: await read('wrong-name'),
    selfSigned: await read('self-signed'),
    client: await read('client'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
