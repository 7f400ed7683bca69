declare const __PROD_E2E_VERSION__: string | undefined;

/** Version of the package, put in by the build. */
export const VERSION = typeof __PROD_E2E_VERSION__ === 'string' ? __PROD_E2E_VERSION__ : '0.0.0-source';
