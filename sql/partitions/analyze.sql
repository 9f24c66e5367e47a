-- So that the first plan over the new table is as good as the last over the old.
analyze app.messages_next
