/** Style sheets are bundled; importing one yields nothing. */
declare module '*.css';
