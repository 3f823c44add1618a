"""The column tables of the domain in the form that the Dagster UI shows."""

from typing import Any

import dagster as dg

from reid_assets.reid.tables import Table


def table_metadata(table: Table) -> dict[str, Any]:
    """Definition metadata with the table's column schema."""
    columns = [
        dg.TableColumn(
            name=column.name,
            type=column.duckdb_type,
            description=column.description,
            constraints=dg.TableColumnConstraints(nullable=column.optional),
        )
        for column in table.columns
    ]
    return {"dagster/column_schema": dg.TableSchema(columns=columns), "dagster/table_name": table.name}
