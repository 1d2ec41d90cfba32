"""Why a file as it came from somebody's computer cannot be read, and what to do; in both languages."""

FILES: dict[str, tuple[str, str]] = {
    "extension": (
        "{file} is neither CSV nor XLSX: export it as one of the two.",
        "{file} 不是 CSV 或 XLSX：导出为其中一种。",
    ),
    "not_text": (
        "{file} is called CSV and is not text: export it again as CSV, or name it for what it is.",
        "{file} 名为 CSV，但内容不是文本：重新导出为 CSV，或改成正确的扩展名。",
    ),
    "not_xlsx": (
        "{file} is called XLSX and is no such workbook: open it and save it as XLSX again.",
        "{file} 名为 XLSX，但不是这种工作簿：打开后重新另存为 XLSX。",
    ),
    "old_workbook": (
        "{file} is an older workbook or has a password: save it as XLSX without a password.",
        "{file} 是旧版工作簿或设有密码：另存为不带密码的 XLSX。",
    ),
    "too_large": (
        "{file} is larger than {most} MB: split it, or take it in on the server with manage.py {command}.",
        "{file} 超过 {most} MB：拆分文件，或在服务器上用 manage.py {command} 导入。",
    ),
    "too_many_rows": (
        "{file} has more than {most} rows: split it, or take it in on the server with manage.py {command}.",
        "{file} 超过 {most} 行：拆分文件，或在服务器上用 manage.py {command} 导入。",
    ),
    "too_many_columns": (
        "{file} has more than {most} columns: export the ones that are needed.",
        "{file} 超过 {most} 列：只导出需要的列。",
    ),
    "bomb": (
        "{file} unpacks into far more than it should: export it again from the core system.",
        "{file} 解压后大得不正常：从核心系统重新导出。",
    ),
    "too_much": (
        "{file} takes too much memory or time to read: save the first sheet alone, or as CSV.",
        "{file} 读取时占用的内存或时间过多：只保存第一个工作表，或另存为 CSV。",
    ),
    "entities": (
        "{file} declares XML entities, which no spreadsheet needs: save it as XLSX again.",
        "{file} 声明了 XML 实体，正常表格不需要它：重新另存为 XLSX。",
    ),
    "formulas": (
        "{file} holds formulas: copy the sheet, paste values only, and save that.",
        "{file} 含有公式：复制工作表，只粘贴数值后保存。",
    ),
    "macros": (
        "{file} holds macros: save it as XLSX, which has none.",
        "{file} 含有宏：另存为不含宏的 XLSX。",
    ),
    "long_number": (
        "Row {row} of {file} holds a number of more than 15 digits, of which the spreadsheet has lost the last: make that column text and fill it in again.",
        "{file} 第 {row} 行有超过 15 位的数字，表格软件已丢失末尾几位：把该列设为文本后重新填写。",
    ),
    "no_sheet": (
        "The first sheet of {file} is empty: put header and rows there.",
        "{file} 的第一个工作表是空的：把标题行和数据放在那里。",
    ),
    "kind_twice": (
        "Two files are marked as {file}: each file has its own kind.",
        "有两个文件都标为 {file}：每个文件对应一种内容。",
    ),
    "columns_unnamed": (
        "Which column of {name} is {columns}? Choose it.",
        "{name} 的哪一列是 {columns}？选一列。",
    ),
    "column_for_two": (
        "One column of {name} is chosen for both {columns}: choose another for one of them.",
        "{name} 的同一列被选作 {columns}：其中一个另选一列。",
    ),
    "no_source": (
        "No columns are remembered for the source {source}: bring its files by browser once and confirm them. Known are {known}.",
        "没有记住来源 {source} 的列对应：先在浏览器中上传一次并确认。已知的来源有 {known}。",
    ),
    "columns_lost": (
        "{file} lacks {columns}, which the source {source} has always had: export it as before, or confirm its columns by browser.",
        "{file} 缺少列 {columns}，来源 {source} 一直有这些列：按原样导出，或在浏览器中重新确认列对应。",
    ),
    "totals_unreadable": (
        "{file} cannot be read as totals: {why}.",
        "合计文件 {file} 读不出来：{why}。",
    ),
    "totals_row": (
        "Row {row} of {file}: {what}",
        "合计文件 {file} 第 {row} 行：{what}",
    ),
    "totals_header": (
        "The first row is not {header}: write it above the figures.",
        "首行不是 {header}：在数字上方写上这一行。",
    ),
    "totals_file": (
        "{value} is no file of a batch: write one of {known}.",
        "{value} 不是导入文件：可写 {known}。",
    ),
    "totals_what": (
        "{value} is neither rows nor a currency: write rows, or ISO 4217 like CNY.",
        "{value} 既不是 rows 也不是币种：写 rows，或按 ISO 4217 书写，例如 CNY。",
    ),
    "totals_people": (
        "{file} holds no amounts: give its rows alone.",
        "{file} 没有金额：只写行数。",
    ),
    "totals_value": (
        "{value} is no figure: write rows as digits, and a sum as digits, a point and at most two decimals, like 1234.50.",
        "{value} 不是数字：行数写整数，合计用数字和小数点书写，最多两位小数，例如 1234.50。",
    ),
    "totals_twice": (
        "The same figure stands in row {first} already: keep one of the two.",
        "第 {first} 行已有同一项：两行只留一行。",
    ),
    "full_needs_all": (
        "A full batch is all four files, and {missing} is missing: add it, or mark these files as changes only.",
        "全量导入需要全部四个文件，还缺 {missing}：补上，或选择“只含变化”。",
    ),
    "future": (
        "The files cannot be as of a moment that has not come: check date and time.",
        "文件的截至时间不能晚于现在：核对日期和时间。",
    ),
    "cannot_hold": (
        "Something in these files is unusual, and they cannot be kept until somebody has looked: {why}. Nothing was written.",
        "文件中有异常，但无法保存到有人核对为止：{why}。没有写入任何数据。",
    ),
    "interrupted": (
        "The background job was interrupted. Nothing was written; start it again.",
        "后台任务中断了。没有写入任何数据，再试一次即可。",
    ),
    "gone": (
        "The uploaded bytes are no longer here: upload the files again.",
        "上传的文件已不在服务器上：重新上传。",
    ),
    "unexpected": (
        "An unexpected error stopped the job. Nothing was written; the administrator finds it in the log.",
        "任务因意外错误停止。没有写入任何数据，管理员可在日志中查看。",
    ),
    "moved_on": (
        "The book has changed since the check, and something new is unusual: look at it again.",
        "检查之后数据有了变化，出现了新的异常：重新查看。",
    ),
}
