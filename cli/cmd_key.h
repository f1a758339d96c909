#ifndef CLI_CMD_KEY_H
#define CLI_CMD_KEY_H

/* "2026-01-31" and its NUL, with room for years to come. */
#define FV_CMD_KEY_DATE 16

/* Today's date (UTC), for a key file or a ledger. */
void fv_cmd_key_today(char date[FV_CMD_KEY_DATE]);

#endif
