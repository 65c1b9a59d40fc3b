/** The parts of an app manifest that the workspace obeys. `manifest.yml` parsed fits. */
export interface Manifest {
  display_information: { name: string; description?: string };
  features?: {
    app_home?: {
      home_tab_enabled?: boolean;
      messages_tab_enabled?: boolean;
      messages_tab_read_only_enabled?: boolean;
    };
    bot_user?: { display_name?: string };
    slash_commands?: {
      command: string;
      description?: string;
      usage_hint?: string;
      should_escape?: boolean;
    }[];
    shortcuts?: { name: string; type: 'global' | 'message'; callback_id: string; description?: string }[];
  };
  oauth_config?: { scopes?: { bot?: string[] } };
  settings?: {
    event_subscriptions?: { bot_events?: string[] };
    interactivity?: { is_enabled?: boolean; message_menu_options_url?: string };
    socket_mode_enabled?: boolean;
  };
}

/** @returns the bot scopes that the manifest asks for */
export function botScopes(manifest: Manifest): string[] {
  return manifest.oauth_config?.scopes?.bot ?? [];
}
