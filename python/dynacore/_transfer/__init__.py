"""`dynacore import` and `dynacore export`: items between a table and files, or a SQL query."""

from dynacore._transfer.export_command import main as export_items
from dynacore._transfer.import_command import main as import_items

__all__ = ["export_items", "import_items"]
