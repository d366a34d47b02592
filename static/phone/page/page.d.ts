/** What the page finds on the window; htmx is a classic script, loaded after `start.js`. */
declare global {
  interface Window {
    htmx?: {
      process(element: Element): void;
      ajax(
        method: string,
        address: string,
        how: {
          target: string;
          swap: string;
          headers?: Record<string, string>;
          source?: Element;
          event?: Event;
          push?: string;
        },
      ): Promise<void>;
    };
  }
}

export {};
