reopened_within(reopenings, 7 * 86400, 900)
